"""The gateway's own routes, one router per noun."""
