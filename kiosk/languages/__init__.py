"""The languages beside Chinese: a `.po` file each, named by its code in BCP 47, and nothing else."""
