// The program: reads the arguments, runs one command, and turns what goes wrong into one line and an exit
// code: 2 for bad input (arguments, files, values), 1 for a failure of the program or the machine.
#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <hindsight/error.hpp>

#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"

namespace {

constexpr int success = 0, failure = 1, bad_input = 2;

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
  CommandLine line(console);
  for (const auto add :
       {add_check, add_data, add_blame, add_demo, add_explain, add_graph, add_ops, add_train})
    add(line, console);
  if (!line.run(arguments_of(argc, argv))) return bad_input;
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
