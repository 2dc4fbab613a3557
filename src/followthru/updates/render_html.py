"""HTML from a tree: one shipped template, escaped, without images, styled inline."""

from __future__ import annotations

from pathlib import Path

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from followthru.updates.tree import Block, Bullets, Heading, Paragraph, Tree

TEMPLATE = Path(__file__).with_name("templates") / "update.html"


def render_html(content: Tree, subject: str) -> str:
    """Return the tree as one HTML document; without a title of its own it is headed by the subject."""
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        subject=subject,
        title=content.title or subject,
        blocks=[_block(block) for block in content.blocks],
    )


def _block(block: Block) -> dict[str, str | list[str]]:
    """Return a block as the plain strings and lists that the template may hold."""
    match block:
        case Heading(words):
            return {"kind": "heading", "words": words}
        case Paragraph(lines):
            return {"kind": "paragraph", "words": list(lines)}
        case Bullets(items):
            return {"kind": "bullets", "words": list(items)}
