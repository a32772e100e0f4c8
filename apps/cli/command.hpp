#pragma once

class CommandLine;
class Console;

/// Each adds its command, which runs when the arguments name it. A command throws what goes wrong: main()
/// turns hindsight::Error into exit code 2 and everything else into 1.
void add_check(CommandLine& line, Console& console);
void add_data(CommandLine& line, Console& console);
void add_blame(CommandLine& line, Console& console);
void add_demo(CommandLine& line, Console& console);
void add_explain(CommandLine& line, Console& console);
void add_graph(CommandLine& line, Console& console);
void add_ops(CommandLine& line, Console& console);
void add_train(CommandLine& line, Console& console);
