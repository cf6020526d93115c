package assign

// The features of an assignment. None of them holds a string: what a name, an
// operator and a value look like, and how they stand in their line.
const (
	bias = iota
	isPassword
	isSecret
	isToken
	isKey
	isWeakKey
	isAuth
	isCredential
	isSalt
	isPlural
	isTest
	isShout
	isOneWord
	opColon
	opArrow
	opCompare
	opArgument
	opElement
	opOption
	opProse
	nameQuoted
	valueQuoted
	valueBare
	endsLine
	endsStatement
	inList
	comment
	declared
	codeLine
	short
	middling
	long
	veryLong
	length
	digitShare
	upperShare
	symbolShare
	letterDigit
	threeKinds
	onlyLower
	onlyUpper
	onlyDigits
	onlyHex
	uuidForm
	randomness
	wordiness
	turnShare
	entropyShare
	hasBlank
	manyBlanks
	slugForm
	snakeForm
	camelForm
	dottedForm
	pathForm
	holdsKeyword
	isPlaceholder
	passWord      // password and a value like a word
	passBareWord  // … that is not quoted
	secretWord    // secret or token and a value like a word
	bareIdent     // not quoted and a name in some language
	bareIdentCode // … in a line of code
	keyWord       // key and a value like a word
	numFeatures
)

// featureNames are for the program that trains the weights and shows them.
var featureNames = [numFeatures]string{
	"bias", "isPassword", "isSecret", "isToken", "isKey", "isWeakKey", "isAuth", "isCredential", "isSalt", "isPlural", "isTest", "isShout", "isOneWord",
	"opColon", "opArrow", "opCompare", "opArgument", "opElement", "opOption", "opProse", "nameQuoted", "valueQuoted", "valueBare", "endsLine", "endsStatement",
	"inList", "comment", "declared", "codeLine", "short", "middling", "long", "veryLong", "length", "digitShare", "upperShare", "symbolShare", "letterDigit",
	"threeKinds", "onlyLower", "onlyUpper", "onlyDigits", "onlyHex", "uuidForm", "randomness", "wordiness", "turnShare", "entropyShare", "hasBlank", "manyBlanks",
	"slugForm", "snakeForm", "camelForm", "dottedForm", "pathForm", "holdsKeyword", "isPlaceholder", "passWord", "passBareWord", "secretWord", "bareIdent",
	"bareIdentCode", "keyWord",
}

// Features are what the model sees of one assignment.
type Features [numFeatures]float32

func (f *Features) set(i int, on bool) {
	if on {
		f[i] = 1
	}
}

// score is the model's logarithm of the odds that the value is a secret.
func (f *Features) score() float32 {
	var sum float32
	for i, v := range f {
		sum += v * weights[i]
	}
	return sum
}

// Names returns the names of the features, in order.
func Names() []string { return featureNames[:] }

// Use replaces the weights: for the program that makes them, which scans with weights
// that have not seen what is scanned. Not to be called beside a scan.
func Use(w []float64) {
	for i := range weights {
		weights[i] = float32(w[i])
	}
}
