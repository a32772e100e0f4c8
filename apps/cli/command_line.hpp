#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "option_checks.hpp"

namespace CLI {
class App;
}

class Console;

/// A command of the program, to which its options are added. CLI11, which takes long to compile, is known to
/// command_line.cpp alone.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(app) {}

  /// What an option sets; a list of strings may be given several times.
  using Value = std::variant<std::string*, std::vector<std::string>*, std::int64_t*, std::size_t*,
                             std::uint32_t*, double*>;
  struct Option {
    /// "--rows"; "FILE" of one that is known by its place.
    const char* name;
    Value value;
    /// What stands behind it in the help: "N".
    const char* type;
    const char* what;
    Check check = {};
    bool is_required = false;
    /// What separates several in one argument.
    char delimiter = 0;
  };
  void option(const Option& option);
  void flag(const char* name, bool& value, const char* what);
  /// --as, which takes one of `forms`, with --json and --markdown for it where there are such; `of` is what
  /// comes in them: "an explanation".
  void forms(std::string& form, const std::vector<std::string>& forms, const char* of);
  /// What stands at the end of the help.
  void example(const char* text);
  void runs(std::function<void()> run);

 private:
  CLI::App& app_;
};

/// The program's arguments.
class CommandLine {
 public:
  explicit CommandLine(Console& console);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command add(const char* name, const char* what);
  /// Runs the command that the arguments name, or prints the help that they ask for. False, with one line of
  /// an error, when they are no use.
  bool run(std::vector<std::string> arguments);

 private:
  std::unique_ptr<CLI::App> app_;
  Console& console_;
};
