"""What several test folders share: a running lab, deadlines, process look-ups."""
