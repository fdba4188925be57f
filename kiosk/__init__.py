"""What the terminal does, without a screen."""
