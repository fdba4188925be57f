"""An encrypted vault for what must outlive a power cut: snapshots, device jobs, documents, its key."""
