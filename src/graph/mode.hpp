#pragma once
// This thread's modes.

namespace hindsight {

class Capture;

struct Mode {
  bool grad = true;
  /// Every result is searched for NaN and infinities (DetectAnomaly).
  bool anomaly = false;
  /// The capture that is running, if any: then operations are recorded but not computed.
  Capture* capture = nullptr;
};
Mode& mode() noexcept;

}  // namespace hindsight
