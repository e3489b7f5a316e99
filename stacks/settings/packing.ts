import { instanceLimits, type TaskSize, taskMemoryMib } from "../../components/cluster/instanceTypes";

/**
 * Number of instances that hold these tasks, largest task first into the first instance with room for its CPU, its
 * memory and its network interface. Undefined when one of them fits on no such instance. Real placement spreads over
 * zones before it fills instances, so it can need more: this is the least, not the most.
 */
export function instancesNeeded(type: string, tasks: readonly TaskSize[]): number | undefined {
  const limits = instanceLimits(type);
  if (limits === undefined) {
    return undefined;
  }
  const whole = { cpu: limits.vcpus * 1024, memoryMib: taskMemoryMib(limits), slots: limits.tasks };
  const instances: { cpu: number; memoryMib: number; slots: number }[] = [];
  const bySize = [...tasks].sort((a, b) => b.cpu - a.cpu || b.memoryMib - a.memoryMib);
  for (const { cpu, memoryMib } of bySize) {
    const hasRoom = (room: typeof whole) => room.cpu >= cpu && room.memoryMib >= memoryMib && room.slots >= 1;
    let room = instances.find(hasRoom);
    if (room === undefined) {
      if (!hasRoom(whole)) {
        return undefined;
      }
      room = { ...whole };
      instances.push(room);
    }
    room.cpu -= cpu;
    room.memoryMib -= memoryMib;
    room.slots -= 1;
  }
  return instances.length;
}
