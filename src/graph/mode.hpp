#pragma once
// This thread's modes.

namespace hindsight {

class Capture;
class ParameterCopies;

struct Mode {
  bool grad = true;
  /// Every result is searched for NaN and infinities (DetectAnomaly).
  bool anomaly = false;
  /// Every result keeps what it was made of, whether or not a gradient asks for it (KeepHistory).
  bool history = false;
  /// The capture that is running, if any: then operations are recorded but not computed.
  Capture* capture = nullptr;
  /// The homes that a clone that is being made has so far: then copies of parameters are deep.
  ParameterCopies* copies = nullptr;
};
Mode& mode() noexcept;

}  // namespace hindsight
