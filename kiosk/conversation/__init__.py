"""Steps, the engine that replays them, and the rules of a session."""
