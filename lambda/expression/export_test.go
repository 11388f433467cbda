package expression

// OnlyVM makes the conditions of a set compare with the VM's functions only.
func OnlyVM(set *Set) { set.onlyVM = true }
