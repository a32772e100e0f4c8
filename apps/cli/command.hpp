#pragma once

namespace CLI {
class App;
}

class Console;

/// Each adds its subcommand, which runs when the arguments name it. A command throws what goes wrong: main()
/// turns hindsight::Error into exit code 2 and everything else into 1.
void add_check(CLI::App& app, Console& console);
void add_data(CLI::App& app, Console& console);
void add_blame(CLI::App& app, Console& console);
void add_demo(CLI::App& app, Console& console);
void add_explain(CLI::App& app, Console& console);
void add_graph(CLI::App& app, Console& console);
void add_ops(CLI::App& app, Console& console);
void add_train(CLI::App& app, Console& console);
