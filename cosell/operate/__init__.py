"""What an operator asks of a deployment, by an event on its bus."""
