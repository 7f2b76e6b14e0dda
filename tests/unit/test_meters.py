"""What Prometheus reads of each service."""

from shared.telemetry.meters import Meters, SpineMeters


def test_each_service_has_its_own_numbers_in_one_process():
    placements, metrics = Meters("placements"), Meters("metrics")
    SpineMeters(placements).batch(120)
    SpineMeters(metrics).batch(3)
    assert "spine_batch_size_sum" in placements.exposition().decode()
    assert "spine_batch_size_sum 120.0" in placements.exposition().decode()
    assert "spine_batch_size_sum 3.0" in metrics.exposition().decode()


def test_everything_the_spine_measures_is_exposed():
    meters = Meters("placements")
    spine = SpineMeters(meters)
    spine.lag("referrals.00", 1.5)
    spine.backlog("placements.00", 7)
    spine.dead("placements", 2)
    spine.ready(True)
    spine.published("placements.00", 40)
    spine.handled("referrals.child_registered.v1", 0.004)
    told = meters.exposition().decode()
    for line in (
        'spine_lag_seconds{lane="referrals.00"} 1.5',
        'spine_backlog{lane="placements.00"} 7.0',
        'spine_dead{consumer="placements"} 2.0',
        "spine_ready 1.0",
        'spine_published_total{lane="placements.00"} 40.0',
        'spine_handled_total{type="referrals.child_registered.v1"} 1.0',
        'spine_handler_time_seconds_bucket{le="0.005",type="referrals.child_registered.v1"} 1.0',
        'spine_handler_time_seconds_bucket{le="0.002",type="referrals.child_registered.v1"} 0.0',
    ):
        assert line in told
    meters.close()
