package export

// Formats is the one list of formats. A new one is a file of this package and a line here.
var Formats = append([]Format{
	npzFormat,
	combFormat,
	matFormat,
	csvFormat,
	vtuFormat,
	pvdFormat,
	glbFormat,
	pdfFormat,
	graphmlFormat,
	mshFormat,
	inpFormat,
	lammpsFormat,
}, toMake...)
