"""The sandbox: made-up practices, an embedded calendar server and a mail sink on loopback."""
