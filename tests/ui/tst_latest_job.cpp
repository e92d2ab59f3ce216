#include "ui/workers/latest_job.h"

#include <QtTest>
#include <atomic>
#include <semaphore>
#include <stdexcept>
#include <vector>

using prunescope::ui::LatestJob;

class TestLatestJob : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyTheNewestWaits() {
        LatestJob job;
        std::binary_semaphore started(0), go(0);
        std::vector<int> done;
        job.start(
            [&] {
                started.release();
                go.acquire();
                return 1;
            },
            [&](int value) { done.push_back(value); });
        started.acquire();
        for (int i = 2; i <= 5; ++i)
            job.start([i] { return i; }, [&](int value) { done.push_back(value); });
        go.release();
        QTRY_VERIFY(job.isIdle());
        QCOMPARE(done, (std::vector<int>{1, 5}));
    }

    void cancelDropsWhatRunsAndWhatWaits() {
        LatestJob job;
        std::binary_semaphore started(0), go(0);
        int delivered = 0;
        job.start(
            [&] {
                started.release();
                go.acquire();
                return 1;
            },
            [&](int) { ++delivered; });
        started.acquire();
        job.start([] { return 2; }, [&](int) { ++delivered; });
        job.cancel();
        go.release();
        QTRY_VERIFY(job.isIdle());
        QCOMPARE(delivered, 0);
        job.start([] { return 3; }, [&](int value) { delivered = value; });
        QTRY_COMPARE(delivered, 3);
    }

    void workRunsElsewhereAndResultsArriveHere() {
        LatestJob job;
        QThread* ranOn = nullptr;
        QThread* doneOn = nullptr;
        job.start([] { return QThread::currentThread(); },
                  [&](QThread* thread) {
                      ranOn = thread;
                      doneOn = QThread::currentThread();
                  });
        QTRY_VERIFY(doneOn);
        QCOMPARE(doneOn, thread());
        QVERIFY(ranOn != thread());
    }

    void exceptionsBecomeASignal() {
        LatestJob job;
        QSignalSpy failed(&job, &LatestJob::failed);
        job.start([]() -> int { throw std::runtime_error("no such file"); }, [](int) { QFAIL("a result of nothing"); });
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(failed.front().front().toString(), "no such file");
        QVERIFY(job.isIdle());
    }

    void destructionWaits() {
        std::atomic<bool> ended = false;
        {
            LatestJob job;
            job.start(
                [&] {
                    QThread::msleep(20);
                    ended = true;
                    return 0;
                },
                [](int) { QFAIL("delivered to nobody"); });
        }
        QVERIFY(ended);
    }
};

QTEST_GUILESS_MAIN(TestLatestJob)
#include "tst_latest_job.moc"
