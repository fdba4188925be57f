"""Region files: 示例县 as the demo runs it."""
