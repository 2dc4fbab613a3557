"""CalDAV: requests and answers, iCalendar text, the three-way plan. Pure but for the transport."""
