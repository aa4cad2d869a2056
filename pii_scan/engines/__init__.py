"""Who runs the flow, and where: `local` is worker processes on this machine."""
