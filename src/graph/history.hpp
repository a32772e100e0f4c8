#pragma once
#include "graph/mode.hpp"

namespace hindsight {

/// As long as it lives, comparisons, targets and whatever else no gradient flows through keep their history
/// too: for readers that write formulas of them.
class KeepHistory {
 public:
  KeepHistory() : before_(mode().history) { mode().history = true; }
  ~KeepHistory() { mode().history = before_; }
  KeepHistory(const KeepHistory&) = delete;
  KeepHistory& operator=(const KeepHistory&) = delete;

 private:
  bool before_;
};

}  // namespace hindsight
