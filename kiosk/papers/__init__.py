"""The printed papers, one file each: data in, a `Paper` out."""
