// Package linear has the two classifiers that draw planes between classes: linear discriminant analysis and logistic
// regression.
//
// One idea: what planes can do with some data is the measure of what a linear network is to do with them. Both are fitted
// to training samples alone. Choices (the strength C of a logistic regression) are made by cross-validation inside these,
// so a test part stays unopened:
//
//	train := linear.Of(table, nil, trainRows)
//	lda, err := linear.Discriminant(train)
//	c, accuracy, err := linear.ChooseC(train, linear.Strengths, 5, seed)
//	logistic, err := linear.Logistic(train, c)
//	lda.Accuracy(test), logistic.Accuracy(test)
//
// The same samples and seed give the same bits for any number of threads.
package linear
