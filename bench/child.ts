// One scenario in a process of its own, so that none meets code that another has shaped:
// node --expose-gc child.js SCENARIO OPTIONS. Options and figures are JSON.
const [name, options] = process.argv.slice(2);
const { run } = await import(`./scenarios/${name}.js`);
const figures = await run(JSON.parse(options!));
process.stdout.write(`${JSON.stringify(figures)}\n`);
