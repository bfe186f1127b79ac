"""What breaks in a call and when: a plan, from a file or a seed, and who carries it out."""
