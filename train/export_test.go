package train

// Lanes is how many of the trainings would go side by side in one group; 0 where none would.
func Lanes(list []*Trainer) int {
	members := []int{}
	for i, t := range list {
		if list[0].beside(t) && len(members) < 8 {
			members = append(members, i)
		}
	}
	if newGroup(list, members, Company{}) == nil {
		return 0
	}
	return len(members)
}

// All builds go side by side in tests, also those where it is not worth it.
func init() { worth = true }
