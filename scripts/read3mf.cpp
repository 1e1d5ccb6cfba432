// Reads a 3MF file with lib3mf 1.8 (Debian: lib3mf-dev) and says what it holds. Exit code 0: one body or more, each manifold and
// oriented, and no warning of the reader; 1: not so, or no 3MF file.
#include <cstdio>
#include "Model/COM/NMR_DLLInterfaces.h"
using namespace NMR;

int main(int argc, char **argv) {
	PLib3MFModel *model;
	PLib3MFModelReader *reader;
	PLib3MFModelResourceIterator *each;
	DWORD warnings = 0;
	int bodies = 0, bad = 0;
	if (argc != 2 || lib3mf_createmodel(&model) || lib3mf_model_queryreader(model, "3mf", &reader)) return 1;
	if (lib3mf_reader_readfromfileutf8(reader, argv[1])) {
		fprintf(stderr, "lib3mf does not read %s\n", argv[1]);
		return 1;
	}
	if (lib3mf_reader_getwarningcount(reader, &warnings) || lib3mf_model_getmeshobjects(model, &each)) return 1;
	for (BOOL more; !lib3mf_resourceiterator_movenext(each, &more) && more; bodies++) {
		PLib3MFModelResource *body;
		DWORD points, triangles;
		BOOL closed = 0;
		if (lib3mf_resourceiterator_getcurrent(each, &body) || lib3mf_meshobject_getvertexcount(body, &points) || lib3mf_meshobject_gettrianglecount(body, &triangles) ||
			lib3mf_meshobject_ismanifoldandoriented(body, &closed)) return 1;
		printf("%u points, %u triangles, %s\n", points, triangles, closed ? "manifold and oriented" : "not manifold");
		bad += !closed;
	}
	printf("%u warnings\n", warnings);
	return warnings || bad || !bodies;
}
