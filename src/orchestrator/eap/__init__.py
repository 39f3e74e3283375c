"""External agents: the External Agent Protocol, a queue of work that is leased over HTTP (docs/reference/eap.md)."""
