"""What readers get: compose, render, check, build the message, hand it to a transport."""
