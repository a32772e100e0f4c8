// Which of the planted bugs is awake: the one whose number stands in HINDSIGHT_MUTANT, and none without it.
#include <cstdlib>

bool hindsight_mutant(int number);

namespace {
const int awake = [] {
  const char* text = std::getenv("HINDSIGHT_MUTANT");
  return text ? std::atoi(text) : 0;
}();
}  // namespace

bool hindsight_mutant(int number) { return number == awake; }
