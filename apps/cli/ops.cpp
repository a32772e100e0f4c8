// hindsight ops: the table of operations, and one operation in full, from the facts that they state.
#include <memory>

#include <hindsight/error.hpp>

#include "base/format.hpp"
#include "base/nearest.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "ops/facts.hpp"

namespace {

namespace hs = hindsight;

struct Arguments {
  std::string name;
  std::string as = "text";
};

const hs::Op& operation_named(const std::string& name) {
  if (const hs::Op* op = hs::find_operation(name)) return *op;
  std::vector<std::string> names;
  for (const hs::Op* op : hs::operations()) names.emplace_back(op->name);
  const std::string near = hs::nearest(name, names);
  hs::fail<hs::ValueError>(
      "there is no operation \"{}\"{}; 'hindsight ops' lists them, and functions that are made of them have "
      "no "
      "entry of their own",
      name, near.empty() ? "" : hs::formatted(" (did you mean \"{}\"?)", near));
}

void run(const Arguments& arguments, const Console& console) {
  std::vector<OperationFacts> operations;
  if (!arguments.name.empty())
    operations.push_back(facts_of(operation_named(arguments.name)));
  else
    for (const hs::Op* op : hs::operations()) operations.push_back(facts_of(*op));
  if (arguments.as == "json")
    console.data(to_json(operations));
  else if (arguments.as == "markdown")
    console.data(to_markdown(operations));
  else
    console.data(arguments.name.empty() ? to_table(operations) : to_page(operations[0]));
}

}  // namespace

void add_ops(CommandLine& line, Console& console) {
  Command command = line.add(
      "ops", "List the operations that all else is made of, or show one in full; proves them on the way");
  command.example(
      "Example:\n"
      "  hindsight ops\n"
      "  hindsight ops sigmoid\n"
      "  hindsight ops --as markdown\n"
      "\n"
      "Proven: the highest order of derivative that was held against differences just now, on every sample "
      "of\n"
      "the operation; \"values\" where it has no derivative. Derivatives are made of operations, which are "
      "proven\n"
      "too: so any order can be taken.\n");
  const auto arguments = std::make_shared<Arguments>();
  command.option({"NAME", &arguments->name, "", "The operation to show in full"});
  command.forms(arguments->as, {"text", "markdown", "json"}, "the table");
  command.runs([arguments, &console] { run(*arguments, console); });
}
