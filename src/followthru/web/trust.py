"""Whose certificates are believed: the system's authorities, and a private one that is named."""

from __future__ import annotations

import ssl


class BadAuthorityError(Exception):
    """The file of a private authority cannot be used; the words say why."""


def trusting(ca_file: str | None) -> ssl.SSLContext:
    """Return what verifies a server: the system's authorities and the one in `ca_file`. Raises BadAuthorityError."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # SSLError too: what is in the file is no certificate
            said = error.strerror if not isinstance(error, ssl.SSLError) and error.strerror else "no certificate in it"
            raise BadAuthorityError(said) from error
    return context


def refusal(error: BaseException) -> str | None:
    """Return why a certificate was refused, None if an error is about something else."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message or "it cannot be verified"
        seen = seen.__cause__ or seen.__context__
    return None
