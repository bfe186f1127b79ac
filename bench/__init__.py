"""Every figure that the README quotes, measured by a command that anyone can run."""
