package main

func fromPrompt(r *boundaryRow) task {
	r2 := *r
	r2.Scope.Tools, r2.Scope.Targets = nil, nil
	return fromScope(&r2)
}
