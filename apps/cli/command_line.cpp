#include "command_line.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "base/format.hpp"
#include "base/nearest.hpp"
#include "console.hpp"

namespace {

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

/// "text, markdown and json"
std::string listed(const std::vector<std::string>& words, const char* last) {
  std::string text = words[0];
  for (std::size_t i = 1; i < words.size(); ++i) text += (i + 1 < words.size() ? ", " : last) + words[i];
  return text;
}

}  // namespace

void Command::option(const Option& option) {
  CLI::Option& added = *std::visit(
      [&](auto* value) { return app_.add_option(option.name, *value, option.what); }, option.value);
  added.type_name(option.type)->required(option.is_required);
  if (option.check) {
    added.check(option.check);
    if (!option.check(added.get_default_str()).empty()) added.default_str("");  // stands for: not given
  }
  if (std::holds_alternative<std::vector<std::string>*>(option.value))
    added.allow_extra_args(false)->default_str("");
  if (option.delimiter) added.delimiter(option.delimiter);
}

void Command::flag(const char* name, bool& value, const char* what) { app_.add_flag(name, value, what); }

void Command::forms(std::string& form, const std::vector<std::string>& forms, const char* of) {
  option({"--as", &form, "FORM", "", [forms, of = std::string(of)](const std::string& given) {
            return std::find(forms.begin(), forms.end(), given) != forms.end()
                       ? std::string()
                       : hindsight::formatted("\"{}\" is no form of {}; there are {}", given, of,
                                              listed(forms, " and "));
          }});
  std::vector<CLI::Option*> ways = {app_.get_option("--as")};
  ways[0]->description(hindsight::formatted("The form to print: {}", listed(forms, " or ")));
  for (const char* name : {"json", "markdown"}) {
    if (std::find(forms.begin(), forms.end(), name) == forms.end()) continue;
    CLI::Option* const flag = app_.add_flag_callback(
        hindsight::formatted("--{}", name), [&form, name] { form = name; },
        hindsight::formatted("The same as --as {}", name));
    for (CLI::Option* const other : ways) flag->excludes(other);
    ways.push_back(flag);
  }
}

void Command::example(const char* text) { app_.footer(text); }

void Command::runs(std::function<void()> run) { app_.callback(std::move(run)); }

CommandLine::CommandLine(Console& console)
    : app_(std::make_unique<CLI::App>(
          "Trains neural networks by backpropagation; every gradient can be seen and checked.")),
      console_(console) {
  app_->name("hindsight");
  app_->set_version_flag("--version", "hindsight " HINDSIGHT_VERSION);
  app_->add_flag_callback(
      "--quiet", [&console] { console.set_quiet(true); }, "Print errors only, and with --json the data");
  app_->require_subcommand(1);
  app_->footer(
      "Example:\n"
      "  hindsight train iris.csv --target species --out result\n"
      "\n"
      "'hindsight COMMAND --help' explains a command.\n");
}

CommandLine::~CommandLine() = default;

Command CommandLine::add(const char* name, const char* what) {
  CLI::App& command = *app_->add_subcommand(name, what);
  command.fallthrough();                                // "train --quiet" as well as "--quiet train"
  command.option_defaults()->always_capture_default();  // so that --help shows them
  return Command(command);
}

bool CommandLine::run(std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app_->parse(std::move(arguments));
  } catch (const CLI::Success& request) {  // --help or --version
    app_->exit(request);
  } catch (const CLI::ParseError& error) {
    console_.error(reworded(*app_, error));
    return false;
  }
  return true;
}
