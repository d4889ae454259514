package meet

// Kept is how many tokens a client holds.
func (c *Client) Kept() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.tokens)
}
