"""One widget for each block of `kiosk.conversation.content`."""
