// For every file of tests: the checks of what programs leave behind.
import '../e2e/setup.js';
