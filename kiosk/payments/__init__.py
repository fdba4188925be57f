"""Taking money: intent, charge, outcome, posting, recovery. Nothing here knows a screen."""
