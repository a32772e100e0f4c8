#pragma once

namespace hindsight {

/// How many threads compiled steps may use; the results do not depend on it, not by a bit. The default is the
/// number of physical cores that this process may run on. Steps too small to gain stay on one thread. Applies
/// to the whole process. Throws ValueError when `count` is below 1. (torch.set_num_threads)
void set_num_threads(int count);
int num_threads();

}  // namespace hindsight
