"""What a person looks at, for demo, bench and `make sandbox`: runs told in words, both sides compared, what it cost."""
