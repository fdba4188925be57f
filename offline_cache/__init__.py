"""An encrypted vault that outlives power cuts: an outbox, intents, snapshots, device jobs, documents."""
