"""People and register items in any table: what its columns can be."""

from __future__ import annotations

from followthru.exchange.columns import Shape, Target, of_field

PEOPLE = Shape(
    "people",
    (
        of_field("person", "name", "full name", "person", "who", "contact", "contact name", required=True),
        of_field(
            "role", "practice_id", "client", "site", "clinic", "location", "organisation", "organization", "company"
        ),
        of_field("role", "role", "position", "title", "job", "type"),
        of_field("person", "email", "e-mail", "email address", "mail"),
        of_field("person", "address", "form of address", "call them", "nickname", "salutation"),
        of_field("person", "channel", "hears by", "contact by"),
        of_field("person", "timezone", "time zone", "zone"),
        of_field("role", "cadence", "updates", "hears"),
    ),
)
REGISTERS = Shape(
    "registers",
    (
        of_field("register_item", "title", "name", "item", "what", "licence", "license", "credential", required=True),
        of_field("register_item", "kind", "type", "register", "category"),
        of_field("register_item", "practice_id", "client", "site", "clinic", "location"),
        of_field("register_item", "holder_id", "held by", "employee", "provider", "clinician", "staff", "person"),
        of_field("register_item", "identifier", "number", "licence number", "license number", "policy number", "serial",
                 "serial number", "id"),
        of_field("register_item", "issued_on", "issued", "issue date", "from", "effective", "effective date", "start",
                 "purchased", "last service"),
        of_field("register_item", "expires_on", "expires", "expiry", "expiry date", "expiration", "expiration date",
                 "renewal date", "renewal", "due", "due date", "valid until", "end", "next service"),
        Target("every", ("service_every", "interval", "service interval", "frequency")),
        of_field("register_item", "lead_days", "lead", "lead time"),
        of_field("register_item", "vendor", "insurer", "carrier", "issuer", "authority", "supplier", "company"),
        of_field("register_item", "contact", "phone", "contact person"),
        of_field("register_item", "cost", "price", "premium", "fee", "amount"),
        of_field("register_item", "documents", "document", "link", "url", "file", many=True),
        of_field("register_item", "audience"),
        of_field("register_item", "notes", "note", "comments", "remarks", many=True),
    ),
)  # fmt: skip
