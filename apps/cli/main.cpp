// The program: reads the arguments, runs one command, and turns what goes wrong into one line and an exit
// code: 2 for bad input (arguments, files, values), 1 for a failure of the program or the machine.
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/nearest.hpp"
#include "command.hpp"
#include "console.hpp"

namespace {

constexpr int success = 0, failure = 1, bad_input = 2;

void describe(CLI::App& app, Console& console) {
  app.name("hindsight");
  app.set_version_flag("--version", "hindsight " HINDSIGHT_VERSION);
  app.add_flag_callback(
      "--quiet", [&console] { console.set_quiet(true); }, "Print errors only, and with --json the data");
  app.require_subcommand(1);
  app.footer(
      "Example:\n"
      "  hindsight train iris.csv --target species --out result\n"
      "\n"
      "'hindsight COMMAND --help' explains a command.\n");
  add_check(app, console);
  add_data(app, console);
  add_blame(app, console);
  add_demo(app, console);
  add_explain(app, console);
  add_graph(app, console);
  add_ops(app, console);
  add_train(app, console);
  for (CLI::App* command : app.get_subcommands({}))
    command->fallthrough();  // "train --quiet" as well as "--quiet train"
}

/// What nobody expected among the arguments of `command`, with the option that was probably meant.
std::string unexpected(const CLI::App& command, const std::string& argument) {
  if (argument[0] != '-') return hindsight::formatted("the argument \"{}\" is not expected", argument);
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  const std::string name = argument.substr(0, argument.find('='));
  const std::string near = hindsight::nearest(name, names);
  if (near == name)
    return hindsight::formatted("the option {} belongs behind the command {}", name, command.get_name());
  return hindsight::formatted("there is no option \"{}\"{}", name,
                              near.empty() ? "" : hindsight::formatted("; did you mean \"{}\"?", near));
}

/// The usage error in our words: CLI11's may span lines, and do not say what was meant.
std::string reworded(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  const CLI::App& command = commands.empty() ? app : *commands[0];
  std::vector<std::string> rest = app.remaining(true);
  std::stable_partition(rest.begin(), rest.end(), [](const std::string& text) { return text[0] == '-'; });
  std::string text = error.what();
  const std::string option = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(
          &error))  // "--lr: 1 required X missing", "--lr: At most 1 required …"
    text =
        option + (text.find("missing") != std::string::npos ? " needs a value" : " is given more than once");
  else if (commands.empty() && !rest.empty() && rest[0][0] != '-')
    text = hindsight::formatted("there is no command \"{}\"", rest[0]);
  else if (!rest.empty())
    text = unexpected(command, rest[0]);
  else if (commands.empty() && dynamic_cast<const CLI::RequiredError*>(&error))
    text = "a command is required";
  const std::string path = commands.empty() ? "hindsight" : "hindsight " + command.get_name();
  return hindsight::formatted("{} ('{} --help' shows what there is)", text, path);
}

/// The arguments, with an expression that begins with a minus ("explain --at x=3 -x^2", and behind -- with
/// two) right behind its command and behind a blank, so that it is taken neither for an option nor for a
/// value of one.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> all(argv + 1, argv + argc);
  const auto command = std::find_if(
      all.begin(), all.end(), [](const std::string& text) { return text == "explain" || text == "graph"; });
  const auto mark = std::find(command, all.end(), "--");
  const auto is_expression = [](const std::string& text) {
    return text.size() > 1 && text[0] == '-' && text[1] != '-' && text != "-h";
  };
  const bool marked = mark != all.end();
  const auto expression = marked ? mark + 1 : std::find_if(command, all.end(), is_expression);
  if (expression == all.end() || !expression->starts_with('-')) return all;
  const std::string text = " " + *expression;
  const auto place = command - all.begin() + 1;
  all.erase(marked ? mark : expression, expression + 1);
  all.insert(all.begin() + place, text);
  return all;
}

int run(int argc, char** argv, Console& console) {
  CLI::App app("Trains neural networks by backpropagation; every gradient can be seen and checked.");
  describe(app, console);
  try {
    std::vector<std::string> arguments = arguments_of(argc, argv);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app.parse(std::move(arguments));
  } catch (const CLI::Success& request) {  // --help or --version
    app.exit(request);
  } catch (const CLI::ParseError& error) {
    console.error(reworded(app, error));
    return bad_input;
  }
  console.flush();
  return success;
}

}  // namespace

int main(int argc, char** argv) {
  Console console;
  try {
    return run(argc, argv, console);
  } catch (const hindsight::MemoryError& error) {
    console.error(error.what());
  } catch (const hindsight::Error& error) {
    console.error(error.what());
    return bad_input;
  } catch (const std::bad_alloc&) {
    console.error("there is not enough memory");
  } catch (const std::exception& error) {
    console.error(error.what());
  }
  return failure;
}
