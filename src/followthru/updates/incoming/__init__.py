"""What comes back by mail: a read-only look into a mailbox, and what the mails there are to updates of ours."""
