// node validate-glb.js node_modules/gltf-validator FILE.glb: exit code 0 where Khronos's validator has neither error, warning nor hint.
const path = require('path')
const validator = require(path.resolve(process.argv[2]))
validator.validateBytes(new Uint8Array(require('fs').readFileSync(process.argv[3]))).then(report => {
	const n = report.issues
	console.log(JSON.stringify(n.messages.slice(0, 5)))
	process.exit(n.numErrors || n.numWarnings || n.numHints ? 1 : 0)
}, error => {
	console.log(String(error))
	process.exit(1)
})
