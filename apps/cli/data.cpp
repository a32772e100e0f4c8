// hindsight data: what a table allows to be learned, before anything is trained.
#include <memory>

#include <hindsight/data.hpp>
#include <hindsight/error.hpp>

#include "base/counted.hpp"
#include "base/format.hpp"
#include "command.hpp"
#include "command_line.hpp"
#include "console.hpp"
#include "lesson/lesson.hpp"

namespace {

namespace data = hindsight::data;

struct Arguments {
  std::string file;
  std::string target;
  std::vector<std::string> ignore;
  bool json = false;
};

data::Classification samples_of_the_lesson() {
  const lesson::Start start = lesson::start({});
  return {start.X, start.targets.reshape({-1}).to(hindsight::int64), {"x1", "x2"}, {"0", "1"}, "class"};
}

void run(const Arguments& arguments, const Console& console) {
  data::Classification samples;
  data::RowName row_name;
  if (arguments.file == "lesson") {
    if (!arguments.target.empty() || !arguments.ignore.empty())
      hindsight::fail<hindsight::ValueError>("the lesson's data have their own target; leave out {}",
                                             arguments.target.empty() ? "--ignore" : "--target");
    samples = samples_of_the_lesson();
    row_name = [](std::int64_t row) { return hindsight::formatted("sample {}", row); };
  } else {
    if (arguments.target.empty())
      hindsight::fail<hindsight::ValueError>("--target is missing: which column of {} holds the classes?",
                                             arguments.file);
    const data::Table table = data::read_csv(arguments.file);
    samples = data::classification(table, {.target = arguments.target, .ignore = arguments.ignore});
    row_name = [table, start = table.source().size() + 2](std::int64_t row) {
      const std::string line =
          table.place(static_cast<std::size_t>(row)).substr(start);  // "wine.csv, line 7"
      return hindsight::formatted("{} (sample {})", line, row);
    };
  }
  const data::Inspection found = data::inspect(samples);
  if (arguments.json) {
    console.data(data::to_json(found) + "\n");
    return;
  }
  console.line(hindsight::formatted("{}: {}, {}", arguments.file,
                                    hindsight::counted(static_cast<std::size_t>(found.samples), "row"),
                                    hindsight::counted(found.feature_names.size(), "feature")));
  std::string text = data::to_text(found, row_name);
  text.pop_back();
  console.line(text);
}

}  // namespace

void add_data(CommandLine& line, Console& console) {
  Command command =
      line.add("data", "Say what a table allows to be learned: contradictions, duplicates, leaks, balance");
  command.example(
      "Example:\n"
      "  hindsight data wine.csv --target cultivar\n"
      "  hindsight data lesson\n");
  const auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  command.option({"FILE", &a.file, "", "A CSV file with a header line; or the word lesson", {}, true});
  command.option({"--target", &a.target, "COLUMN", "The column that holds the classes, as text or numbers"});
  command.option({"--ignore", &a.ignore, "COLUMN", "A column to leave out; may be given several times"});
  command.flag("--json", a.json, "Print the findings as one line of JSON");
  command.runs([arguments, &console] { run(*arguments, console); });
}
