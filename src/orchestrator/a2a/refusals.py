"""What is answered over HTTP in the place of what the SDK makes of it: it has no answers but those of the protocol."""

REFUSED = "a2a_refused"
"""Where the state of a request has the error."""
