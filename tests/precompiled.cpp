// Nothing: it carries the headers that tests/CMakeLists.txt has parsed once.
