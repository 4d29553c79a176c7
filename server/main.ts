// The language server: connection wiring only; every feature is a pure function in features/.
export {};
