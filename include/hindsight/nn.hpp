#pragma once
#include <hindsight/nn/activations.hpp>
#include <hindsight/nn/init.hpp>
#include <hindsight/nn/layers.hpp>
#include <hindsight/nn/losses.hpp>
#include <hindsight/nn/module.hpp>
